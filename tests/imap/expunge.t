# numbers move only where they may
! deliver 6
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK
C b STORE 2,4 +FLAGS.SILENT \Deleted
S b OK
C c UID EXPUNGE 4:9
S * 4 EXPUNGE
S c OK
C d EXPUNGE
S * 2 EXPUNGE
S d OK
# 1 3 5 6 are left; somebody else takes 3 and 5
! expunge 3 5
C e FETCH 1:* UID
S * 1 FETCH (UID 1)
S * 2 FETCH (UID 3)
S * 3 FETCH (UID 5)
S * 4 FETCH (UID 6)
S e OK
C f FETCH 2 BODY.PEEK[TEXT]
S f NO [EXPUNGEISSUED]
C g STORE 4 +FLAGS \Seen
S * 4 FETCH (FLAGS (\Seen))
S g OK
! deliver
C h NOOP
S * 2 EXPUNGE
S * 2 EXPUNGE
S * 3 EXISTS
S * 0 RECENT
S h OK
# one that came and went unseen is not told of
! deliver
! expunge 8
C i NOOP
S i OK
C j STORE 1 +FLAGS.SILENT \Deleted
S j OK
C k CLOSE
S k OK
C l SELECT INBOX
S* * 2 EXISTS
S* l OK
