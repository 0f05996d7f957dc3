# dots are taken off, once
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
C Subject: dots
C 
C ..
C ...b
C c.
C .
S 250
holds \r\n\r\n.\r\n..b\r\nc.\r\n
