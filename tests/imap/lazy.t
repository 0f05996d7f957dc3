# what happens between SELECT and the first look at the messages
! deliver 6
! flag 2 1
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* * 6 EXISTS
S* * OK [UNSEEN 1]
S* a OK
C b NOOP
S b OK
# nothing has looked at them yet
! asked 2 1
! flag 4 4
! expunge 2 5
! deliver
! expunge 7
! deliver
C c FETCH 1:* (UID FLAGS)
S * 7 EXISTS
S * 0 RECENT
S * 4 FETCH (FLAGS (\Flagged))
S * 1 FETCH (UID 1 FLAGS ())
S * 2 FETCH (UID 2 FLAGS (\Deleted))
S * 3 FETCH (UID 3 FLAGS ())
S * 4 FETCH (UID 4 FLAGS (\Flagged))
S * 5 FETCH (UID 5 FLAGS (\Deleted))
S * 6 FETCH (UID 6 FLAGS ())
S * 7 FETCH (UID 8 FLAGS ())
S c OK
C d FETCH 2,5 ENVELOPE
S d NO [EXPUNGEISSUED]
C e NOOP
S * 2 EXPUNGE
S * 4 EXPUNGE
S e OK
C f UID FETCH 6:* UID
S * 4 FETCH (UID 6)
S * 5 FETCH (UID 8)
S f OK
# all of them gone: told by NOOP, which looks
C g SELECT INBOX
S* * 5 EXISTS
S* g OK
! expunge 1 3 4 6 8
C h NOOP
S * 1 EXPUNGE
S * 1 EXPUNGE
S * 1 EXPUNGE
S * 1 EXPUNGE
S * 1 EXPUNGE
S h OK
C i FETCH 1 FLAGS
S i BAD
# a store that is busy is asked again
! deliver 2
C j SELECT INBOX
S* * 2 EXISTS
S* j OK
! fault later
C k FETCH 1 UID
S k NO [UNAVAILABLE]
! expunge 9
C l FETCH 1:* UID
S * 1 FETCH (UID 9)
S * 2 FETCH (UID 10)
S l OK
C m NOOP
S * 1 EXPUNGE
S m OK
# what a client that was away is told does not wait
C n ENABLE QRESYNC
S* n OK
C o EXAMINE INBOX (QRESYNC (7 1 9))
S* * VANISHED (EARLIER) 9
S o OK
# the mailbox goes before its messages are looked at
C p CREATE gone
S p OK
C q SELECT gone
S* q OK
! delete gone
C r UID FETCH 1:* FLAGS
S r NO [UNAVAILABLE]
S * BYE The mailbox that was open has been deleted
