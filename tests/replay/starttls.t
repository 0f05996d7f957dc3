# STARTTLS is the last word in clear; under TLS it is not offered
open mx 192.0.2.7
S 220
C EHLO a.example
S 250-STARTTLS
X STARTTLS\r\nMAIL FROM:<x@a.example>\r\n
S 220
E
open mxtls 192.0.2.7
# no greeting: RFC 3207, section 4
C MAIL FROM:<x@a.example>
S 503
C EHLO a.example
S 250
C STARTTLS
S 502
C MAIL FROM:<x@a.example>
S 250
C RCPT TO:<bob@example.org>
S 250
C DATA
S 354
C hello
C .
S 250
holds with ESMTPS
holds TLSv1.3
