# flags and keywords, loud and silent, and what others did meanwhile
! deliver 3
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK
C b STORE 1:2 +FLAGS (\Flagged Work)
S * FLAGS (\Seen \Answered \Flagged \Deleted \Draft Work)
S * OK [PERMANENTFLAGS
S * 1 FETCH (FLAGS (\Flagged Work))
S * 2 FETCH (FLAGS (\Flagged Work))
S b OK
C c UID STORE 2 FLAGS.SILENT (\Seen)
S c OK
C d UID STORE 2 -FLAGS (\Answered)
S * 2 FETCH (UID 2 FLAGS (\Seen))
S d OK
! flag 3 4
C e STORE 1 -FLAGS.SILENT (work)
S * 3 FETCH (FLAGS (\Flagged))
S e OK
C f FETCH 1:* FLAGS
S * 1 FETCH (FLAGS (\Flagged))
S * 2 FETCH (FLAGS (\Seen))
S * 3 FETCH (FLAGS (\Flagged))
S f OK
C g STORE 1 +FLAGS (k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24)
S* g NO [LIMIT]
C h UID STORE 77 +FLAGS \Seen
S h OK
