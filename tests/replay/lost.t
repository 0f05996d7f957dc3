# a peer that goes away in the middle leaves nothing
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
open mx 192.0.2.7
S 220
kept 0
