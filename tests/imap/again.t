# a large mailbox that is opened again is read again only if it has changed
! deliver 5000
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* * 5000 EXISTS
S* a OK
C b SELECT INBOX
S* * 5000 EXISTS
S* b OK
C c SELECT Sent
S* c OK
C d SELECT INBOX
S* * 5000 EXISTS
S* d OK
! asked 2 2
C e FETCH 5000 UID
S * 5000 FETCH (UID 5000)
S e OK
C f CLOSE
S f OK
! flag 3 1
! expunge 4
C g SELECT INBOX
S* * 4999 EXISTS
S* g OK
C h FETCH 3:4 (UID FLAGS)
S * 3 FETCH (UID 3 FLAGS (\Seen
S * 4 FETCH (UID 5 FLAGS (
S h OK
# what is told only later counts, too
! deliver
C i SELECT INBOX
S* * 5000 EXISTS
S* i OK
