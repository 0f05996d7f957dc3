# mailboxes come, go, are named anew and subscribed to
S * OK
C x LOGIN alice secret
S x OK
C a CREATE x/y/
S a OK
C b CREATE x/y
S b NO [ALREADYEXISTS]
C c CREATE inbox
S c NO [ALREADYEXISTS]
C d CREATE a//b
S d NO [CANNOT]
C e CREATE "&bad"
S e NO [CANNOT]
C f CREATE s2 (USE (\Sent))
S f NO [USEATTR]
C g CREATE all (USE (\All))
S g NO [USEATTR]
C h CREATE trash (USE (\Trash))
S h OK
C i LIST "" (x* tr*)
S * LIST (\HasNoChildren \Trash) "/" "trash"
S * LIST (\NonExistent \HasChildren) "/" "x"
S * LIST (\HasNoChildren) "/" "x/y"
S i OK
C j RENAME x z/x
S j OK
C k LIST "" z/x/%
S * LIST (\HasNoChildren) "/" "z/x/y"
S k OK
C l RENAME z z/x/y/z
S l NO [CANNOT]
C m RENAME none some
S m NO [NONEXISTENT]
C n RENAME trash Sent
S n NO [ALREADYEXISTS]
C o DELETE z/x
S o NO [HASCHILDREN]
C p DELETE Inbox
S p NO [CANNOT]
C q DELETE none
S q NO [NONEXISTENT]
C r SUBSCRIBE z/x/y
S r OK
C s DELETE z/x/y
S s OK
C t LIST "" z/%
S t OK
C u LSUB "" z/x/*
S * LSUB (\HasNoChildren) "/" "z/x/y"
S u OK
C v UNSUBSCRIBE z/x/y
S v OK
C w LSUB "" z/x/*
S w OK
# what is open goes, by one's own hand
C y CREATE
S y BAD
C z SELECT trash
S* z OK
C aa DELETE trash
S * OK [CLOSED]
S aa OK
C ab FETCH 1 UID
S ab BAD
# and by somebody else's
C ac SELECT Sent
S* ac OK
! delete Sent
C ad NOOP
S* * BYE The mailbox that was open has been deleted
