# text without a header is kept as it came, however it came
open mx 192.0.2.7
S 220
C EHLO a.example
S 250
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<bob@example.org>
S 250
C DATA
S 354
X no header, and..\r\n..dots: here\r\n\r\nlast\r\n.\r\n
S 250
holds no header, and..\r\n.dots: here\r\n\r\nlast\r\n
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<alice@example.org>
S 250
C BDAT 25
X From: x\r\nno header at all
S 250
C BDAT 8 LAST
X \r\nA: b\r\n
S 250
holds no header at all\r\nA: b\r\n
lacks no header at allno
kept 2
# a header alone, which its last octet does not end
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<bob@example.org>
S 250
C BDAT 13 LAST
X From: x\r\nA: b
S 250
holds From: x\r\nA: b
