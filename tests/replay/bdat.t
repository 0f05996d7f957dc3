# chunks: octets are text, whatever they look like (RFC 3030)
open mx 192.0.2.7
S 220
C EHLO a.example
S 250
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<bob@example.org>
S 250
C BDAT 20
X Subject: x\r\n\r\nQUIT\r\n
S 250
C BDAT 3
X .\r\n
S 250
C DATA
S 503
C BDAT 0 LAST
S 250 2.0.0 Delivered
kept 1
holds \r\n\r\nQUIT\r\n.\r\n
# a chunk that nobody wants is swallowed
C BDAT 6 LAST
X QUIT\r\n
S 503
C MAIL FROM:<x@a.example>
S 250
C BDAT 6 LAST
X QUIT\r\n
S 554 5.5.1
C RSET
S 250
# and one without a size ends the session
C BDAT LAST
S 501
E
kept 1
