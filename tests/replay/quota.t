# over quota: at the recipient, and when it turns out only at the end
open mx 192.0.2.7
S 220
C EHLO a.example
S 250
C MAIL FROM:<x@a.example> SIZE=1000
S 250
C RCPT TO:<bob@example.org>
store full
S 452 4.2.2
C RCPT TO:<bob@example.org>
S 250
C DATA
S 354
C hello
C .
store full
S 452 4.2.2
kept 0
