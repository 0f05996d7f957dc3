# copies and moves, with the uids they get
! deliver 4
S * OK
C x LOGIN alice secret
S x OK
C a SELECT INBOX
S* a OK
C b STORE 2 +FLAGS.SILENT (\Seen $Work)
S * FLAGS
S * OK [PERMANENTFLAGS
S b OK
C c COPY 1:2 Sent
S c OK [COPYUID 7 1,2 1:2] Done
C d UID COPY 3 "Sent"
S d OK [COPYUID 7 3 3] Done
C e UID COPY 77 Sent
S e OK
C f COPY 7 Sent
S f BAD
C g COPY 1 nowhere
S g NO [TRYCREATE]
C h COPY 1
S h BAD
! full
C i COPY 1 Sent
S i NO [OVERQUOTA]
C j MOVE 1:2 Sent
S * OK [COPYUID 7 1,2 4:5] Moved
S * 1 EXPUNGE
S * 1 EXPUNGE
S j OK
C k UID MOVE 4 Sent
S * OK [COPYUID 7 4 6] Moved
S * 2 EXPUNGE
S k OK
C l MOVE 1 nowhere
S l NO [TRYCREATE]
C m COPY 1 INBOX
S * 2 EXISTS
S * 0 RECENT
S m OK [COPYUID 7 3 5] Done
C n EXAMINE Sent
S* n OK
C o FETCH 2 FLAGS
S * 2 FETCH (FLAGS (\Seen $Work))
S o OK
C p MOVE 1 INBOX
S p NO [READ-ONLY]
C q COPY 1 INBOX
S q OK
