# a batch is answered in order (RFC 2920)
open mx 192.0.2.7
S 220
X EHLO a.example\r\nMAIL FROM:<x@a.example>\r\nRCPT TO:<bob@example.org>\r\n
X RCPT TO:<a b@example.org>\r\nDATA\r\n
S 250-PIPELINING
S 250 2.1.0
S 250 2.1.5
S 501 5.1.3
S 354
X hello\r\n.\r\nRSET\r\nNOOP\r\nQUIT\r\n
S 250 2.0.0 Delivered
S 250
S 250
S 221
E
kept 1
