# RFC 6531: only where it was asked for
open mx 192.0.2.7
S 220
C EHLO a.example
S 250-SMTPUTF8
C MAIL FROM:<josé@a.example>
S 553 5.6.7
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<josé@example.org>
S 553 5.6.7
C RSET
S 250
C MAIL FROM:<josé@a.example> SMTPUTF8
S 250
C RCPT TO:<josé@bücher.example>
S 250
X RCPT TO:<jos\xe9@example.org>\r\n
S 501
C DATA
S 354
C hello
C .
S 250
holds with UTF8SMTP
