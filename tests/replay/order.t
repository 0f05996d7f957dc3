# commands out of order
open mx 192.0.2.7
S 220
C MAIL FROM:<x@a.example>
S 503
C STARTTLS
S 503
C HELO a.example
S 250 mx.example.org
C RCPT TO:<bob@example.org>
S 503
C DATA
S 503
C AUTH PLAIN AGEAYg==
S 502
C EXPN list
S 502
C VRFY bob
S 252
C WHAT
S 500
C MAIL FROM:<x@a.example> FOO=1
S 555
C MAIL FROM: <x@a.example>
S 501
C MAIL FROM:<x@a.example>
S 250
C MAIL FROM:<x@a.example>
S 503
# a greeting forgets the transaction
C EHLO a.example
S 250
C RCPT TO:<bob@example.org>
S 503
