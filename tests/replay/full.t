# a full store delays mail, it does not lose it
open mx 192.0.2.7
S 220
C EHLO a.example
S 250
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<alice@example.org>
S 250
C DATA
S 354
C hello
C .
store later
S 451 4.3.0
kept 0
# and the peer tries again
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<alice@example.org>
S 250
C DATA
S 354
C hello
C .
S 250 2.0.0
kept 1
holds \r\nhello\r\n
C QUIT
S 221
E
