# memory for messages has an end; a small message still fits
room 0
open mx 192.0.2.7
S 220
C EHLO a.example
S 250
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<bob@example.org>
S 250
C BDAT 400000
X Subject: x\r\n\r\n
Z 50000 x
X \r\n
Z 50000 x
X \r\n
Z 50000 x
X \r\n
Z 50000 x
X \r\n
Z 50000 x
X \r\n
Z 50000 x
X \r\n
Z 50000 x
X \r\n
Z 49970 x
X \r\n
S 452 4.3.1
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<bob@example.org>
S 250
C DATA
S 354
C hello
C .
S 250
kept 1
