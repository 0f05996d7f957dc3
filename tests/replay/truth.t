# every recipient is answered for itself, in the session
open mx 192.0.2.7
S 220
C EHLO a.example
S 250
C MAIL FROM:<>
S 250
C RCPT TO:<nobody@example.org>
store unknown
S 550 5.1.1
C RCPT TO:<a@elsewhere.example>
store relay
S 550 5.7.1
C RCPT TO:<carol@example.org>
store nocert
S 450 4.2.1
C DATA
S 554 5.5.1
C RCPT TO:<postmaster>
S 250 2.1.5
C RCPT TO:<nobody@example.org>
store unknown
S 550 5.1.1
C DATA
S 354
C .
S 250
kept 1
holds Return-Path: <>\r\n
