# fifty hops may be, one more is a loop
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
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C Received: x
C .
S 554 5.4.6
kept 0
