# the store goes: said so, and the next connection works
! deliver 2
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK
! fault later
C b FETCH 1 ENVELOPE
S b NO [UNAVAILABLE]
! fault kill
C c FETCH 1 ENVELOPE
S c NO [UNAVAILABLE]
S * BYE [UNAVAILABLE]
S!
again
S * OK
C x LOGIN alice secret
S x OK
! fault nonsense
C a LIST "" *
S a OK
! fault malformed
C b SELECT INBOX
S b NO [UNAVAILABLE]
S * BYE
S!
again
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK
! dies writer
C b STORE 1 +FLAGS \Seen
S b NO [UNAVAILABLE]
S * BYE
S!
again
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK
! fault nonsense
C b FETCH 1 ENVELOPE
S b NO [UNAVAILABLE]
S * BYE
