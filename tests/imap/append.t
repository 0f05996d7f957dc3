# messages are brought, with flags and a date, one or several
S * OK
C x LOGIN alice secret
S x OK
C c CAPABILITY
S * CAPABILITY IMAP4rev1
S c OK
C a SELECT INBOX
S* a OK
C b APPEND INBOX (\Seen $Work) " 1-Feb-2024 21:52:25 -0800" {24}
S + 
C Subject: one
C 
C one text
S * FLAGS (\Seen \Answered \Flagged \Deleted \Draft $Work)
S * OK [PERMANENTFLAGS
S * 1 EXISTS
S * 0 RECENT
S b OK [APPENDUID 7 1]
C d FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])
S * 1 FETCH (UID 1 FLAGS (\Seen $Work) INTERNALDATE " 2-Feb-2024 05:52:25 +0000" RFC822.SIZE 24 BODY[] {24}
D 24
S )
S d OK
# the mailbox's name as a literal, all unasked; one whole
C+ e APPEND {5+}\r\nINBOX {9+}\r\nA: b\r\n\r\nc\r\n
S * 2 EXISTS
S * 0 RECENT
S e OK [APPENDUID 7 2]
# several, the second asked for
C+ f APPEND INBOX {9+}\r\nA: b\r\n\r\nd (\Draft) {9}\r\n
S + 
C+ A: b\r\n\r\ne\r\n
S * 4 EXISTS
S * 0 RECENT
S f OK [APPENDUID 7 3:4]
C g FETCH 2:4 (FLAGS BODY.PEEK[TEXT])
S * 2 FETCH (FLAGS () BODY[TEXT] {1}
S c)
S * 3 FETCH (FLAGS () BODY[TEXT] {1}
S d)
S * 4 FETCH (FLAGS (\Draft) BODY[TEXT] {1}
S e)
S g OK
# into another mailbox; with UTF8; without a header's end
C+ h APPEND Sent UTF8 (~{9+}\r\nA: b\r\n\r\ne)\r\n
S h OK [APPENDUID 7 1]
C+ i APPEND Sent {6+}\r\nA: b\r\n\r\n
S i OK [APPENDUID 7 2]
C+ j APPEND Sent {4+}\r\nbody\r\n
S j OK [APPENDUID 7 3]
# what was submitted is there already
! submitted 2 <m@example.org> 2
C+ k APPEND Sent (\Seen) {34+}\r\nMessage-ID: <m@example.org>\r\n\r\nabc\r\n
S k OK [APPENDUID 7 2]
C+ l APPEND Sent {9+}\r\nA: b\r\n\r\ne {34+}\r\nMessage-ID: <m@example.org>\r\n\r\nabc\r\n
S l OK [APPENDUID 7 4,2]
C m STATUS Sent (MESSAGES)
S * STATUS "Sent" (MESSAGES 4)
S m OK
