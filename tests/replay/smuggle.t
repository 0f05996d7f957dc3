# nothing but CRLF.CRLF ends a message; what tries to is refused
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
X Subject: a\r\n\r\nfirst\n.\r\nMAIL FROM:<evil@b.example>\r\n
X RCPT TO:<bob@example.org>\r\nDATA\r\nsmuggled\r\n.\r\n
S 550 5.6.11
# what may follow in the same stream is not listened to
E
kept 0
# other sequences
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
X a\r\n.\n\r\n.\r\r\n\r.\r\r\r\0\n.\r\n\r\n\0.\r\n\r\n.\0\r\nb\r\n.\r\n
S 550 5.6.11
# a NUL alone
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
X a\0b\r\n.\r\n
S 550 5.6.11
kept 0
