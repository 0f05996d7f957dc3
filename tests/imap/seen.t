# a body that is read is seen, and told so
! deliver 2
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK [READ-WRITE]
C b FETCH 1 BODY[TEXT]
S * 1 FETCH (FLAGS (\Seen) BODY[TEXT] {8}
S body 1
S )
S b OK
C c FETCH 1:2 (FLAGS BODY.PEEK[TEXT])
S * 1 FETCH (FLAGS (\Seen) BODY[TEXT] {8}
S body 1
S )
S * 2 FETCH (FLAGS () BODY[TEXT] {8}
S body 2
S )
S c OK
C d FETCH 1:2 RFC822.TEXT
S * 1 FETCH (RFC822.TEXT {8}
S body 1
S )
S * 2 FETCH (FLAGS (\Seen) RFC822.TEXT {8}
S body 2
S )
S d OK
C e NOOP
S e OK
