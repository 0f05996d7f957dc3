# many messages, few questions
! deliver 9000
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK
C b FETCH 1:* ENVELOPE
S* b OK
! asked 5 3
C c FETCH 1:* BODY.PEEK[]
S* c OK
C d STORE 1:* +FLAGS.SILENT \Deleted
S d OK
C e EXPUNGE
S* e OK
C f FETCH 1:* FLAGS
S f OK
