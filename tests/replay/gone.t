# who dies is later, and the session ends: a new one has a new channel
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
C hello
C .
store gone
S 451 4.3.0
C MAIL FROM:<x@a.example>
S 421 4.3.2
E
# seal, this time
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
store gone
S 451 4.3.0
C MAIL FROM:<x@a.example>
S 421 4.3.2
E
kept 0
