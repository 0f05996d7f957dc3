# a long message passes in pieces; its parts are found
! deliver
! large 5000000
! deliver
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK
C b FETCH 1:* (UID BODY.PEEK[])
S * 1 FETCH (UID 1 BODY[] {79}
D 79
S )
S * 2 FETCH (UID 2 BODY[] {5000090}
D 5000090
S )
S * 3 FETCH (UID 3 BODY[] {79}
D 79
S )
S b OK
C c FETCH 2 BODY.PEEK[]<4999990.200>
S * 2 FETCH (BODY[]<4999990> {100}
D 100
S )
S c OK
C d FETCH 2 (BODY.PEEK[TEXT]<2000000.1500000> BODY.PEEK[2])
S * 2 FETCH (BODY[TEXT]<2000000> {1500000}
D 1500000
S  BODY[2] {4}
S last)
S d OK
C e FETCH 1:3 (BODYSTRUCTURE)
S * 1 FETCH
S * 2 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 5000000 312500 NIL NIL NIL NIL)("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 4 0 NIL NIL NIL NIL) "mixed" ("boundary" "x") NIL NIL NIL))
S * 3 FETCH
S e OK
C f FETCH 2 BODY.PEEK[]<6000000.5>
S * 2 FETCH (BODY[]<6000000> {0}
S )
S f OK
