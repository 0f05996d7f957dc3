# lines without an end in sight
open mx 192.0.2.7
S 220
Z 3000 x
X \r\n
S 500 5.5.2
Z 10000000 x
X \r\n
S 500 5.5.2
C EHLO a.example
S 250
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<bob@example.org>
S 250
C DATA
S 354
X Subject: x\r\n\r\n
Z 100000 x
X \r\n.\r\n
S 554 5.6.0
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<bob@example.org>
S 250
C DATA
S 354
X Subject: x\r\n\r\n
Z 10000000 x
X \r\n.\r\n
S 55
C MAIL FROM:<x@a.example> SIZE=1048577
S 552 5.3.4
kept 0
