# \Recent is for the first session that is told
! recent
! deliver 2
S * OK
C x LOGIN alice secret
S x OK
C a STATUS INBOX (RECENT)
S * STATUS "INBOX" (RECENT 2)
S a OK
C b EXAMINE INBOX
S* * 2 EXISTS
S * 2 RECENT
S* b OK
C c CLOSE
S c OK
C d SELECT INBOX
S* * 2 EXISTS
S * 2 RECENT
S* d OK
C e FETCH 1:2 FLAGS
S * 1 FETCH (FLAGS (\Recent))
S * 2 FETCH (FLAGS (\Recent))
S e OK
! deliver
C f NOOP
S * 3 EXISTS
S * 3 RECENT
S f OK
C g STORE 3 FLAGS \Seen
S * 3 FETCH (FLAGS (\Recent \Seen))
S g OK
C h CLOSE
S h OK
C i STATUS INBOX (RECENT)
S * STATUS "INBOX" (RECENT 0)
S i OK
C j SELECT INBOX
S* * 3 EXISTS
S * 0 RECENT
S* j OK
C k FETCH 3 FLAGS
S * 3 FETCH (FLAGS (\Seen))
S k OK
