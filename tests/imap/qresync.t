# a client that was away learns what has changed and what is gone
! deliver 7
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX (QRESYNC (7 1))
S a BAD
C b ENABLE QRESYNC X-UNKNOWN
S * ENABLED QRESYNC
S b OK
C c SELECT INBOX
S* * OK [HIGHESTMODSEQ 8]
S c OK
! expunge 2 3 5
! flag 7 2
C d NOOP
S * VANISHED 2:3,5
S * 4 FETCH (UID 7 FLAGS (\Answered) MODSEQ (10))
S d OK
C e STORE 1 +FLAGS.SILENT \Deleted
S * 1 FETCH (UID 1 MODSEQ (11))
S e OK
C f EXPUNGE
S * VANISHED 1
S f OK [HIGHESTMODSEQ 12]
C g SELECT Sent
S * OK [CLOSED]
S* g OK
# what has changed since 9, of all; of some; of another mailbox of that name
C h SELECT INBOX (QRESYNC (7 9))
S * OK [CLOSED]
S* * OK [HIGHESTMODSEQ 12]
S * VANISHED (EARLIER) 1
S * 3 FETCH (UID 7 FLAGS (\Answered) MODSEQ (10))
S h OK
C i SELECT INBOX (QRESYNC (7 8 1:6 (1,3 1,3)))
S* * OK [HIGHESTMODSEQ 12]
S * VANISHED (EARLIER) 1:3,5
S i OK
C j SELECT INBOX (QRESYNC (6 8))
S* * OK [HIGHESTMODSEQ 12]
S j OK
C k UID FETCH 2:* (FLAGS) (CHANGEDSINCE 8 VANISHED)
S * VANISHED (EARLIER) 2:3,5
S * 3 FETCH (UID 7 FLAGS (\Answered) MODSEQ (10))
S k OK
# what the client still believes to be there is told of later
! expunge 6
C l UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12 VANISHED)
S * VANISHED 6
S l OK
C m FETCH 1 FLAGS
S * 1 FETCH (UID 4 FLAGS ())
S m OK
C n IDLE
S + 
! expunge 4
S * VANISHED 4
C DONE
S n OK
# the last of all: "*" still means all that were
! expunge 7
C o NOOP
S * VANISHED 7
S o OK
C p UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12 VANISHED)
S * VANISHED (EARLIER) 4,6:7
S p OK
# what moves away vanishes, too
! deliver
C r NOOP
S* r OK
C s UID MOVE 8 Sent
S * OK [COPYUID 7 8 1] Moved
S * VANISHED 8
S s OK [HIGHESTMODSEQ
# one that came and went unseen is not told of
! deliver
! expunge 9
C q NOOP
S q OK
