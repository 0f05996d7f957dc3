# what is down when the peer comes is later, and the next try gets new channels
without store
open mx 192.0.2.7
S 220
C EHLO a.example
S 250
C MAIL FROM:<x@a.example>
S 421 4.3.2
E
without seal
open mx 192.0.2.7
S 220
C EHLO a.example
S 250
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<alice@example.org>
S 451 4.3.0
C RCPT TO:<bob@example.org>
S 250
C DATA
S 354
C hello
C .
S 250
C MAIL FROM:<x@a.example>
S 421 4.3.2
E
kept 1
