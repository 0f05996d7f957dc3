# every item of one message
! deliver 3
S * OK
C x LOGIN alice secret
S x OK
C a EXAMINE INBOX
S * FLAGS (\Seen \Answered \Flagged \Deleted \Draft)
S * OK [PERMANENTFLAGS ()]
S * 3 EXISTS
S * 0 RECENT
S * OK [UNSEEN 1]
S * OK [UIDVALIDITY 7]
S * OK [UIDNEXT 4]
S * OK [HIGHESTMODSEQ 4]
S a OK [READ-ONLY]
C b FETCH 2 FULL
S * 2 FETCH (FLAGS () INTERNALDATE "26-Nov-2026 13:25:29 +0000" RFC822.SIZE 79 ENVELOPE (NIL "number 2" (("A B" NIL "a" "example.net")) (("A B" NIL "a" "example.net")) (("A B" NIL "a" "example.net")) ((NIL NIL "alice" "example.org")) NIL NIL NIL NIL) BODY ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 8 1))
S b OK
C c UID FETCH 2:* (BODY[TEXT]<1.3> RFC822.SIZE)
S * 2 FETCH (UID 2 BODY[TEXT]<1> {3}
S ody RFC822.SIZE 79)
S * 3 FETCH (UID 3 BODY[TEXT]<1> {3}
S ody RFC822.SIZE 79)
S c OK
C d FETCH 1 (BODY[HEADER.FIELDS (SUBJECT)] BODY[1] BODY[2] BODY[1.MIME])
S * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)] {21}
S Subject: number 1
S 
S  BODY[1] {8}
S body 1
S  BODY[2] NIL BODY[1.MIME] {71}
S* )
S d OK
C e FETCH 4 FLAGS
S e BAD
C f UID FETCH 4 FLAGS
S f OK
C g UID FETCH 9:* FLAGS
S * 3 FETCH (UID 3 FLAGS ())
S g OK
C h STORE 1 FLAGS ()
S h NO [READ-ONLY]
! nul
C i NOOP
S * 4 EXISTS
S * 0 RECENT
S i OK
C j FETCH 4 BODY[TEXT]
S * 4 FETCH (BODY[TEXT] {5}
S ab
S )
S j OK
C k UNSELECT
S k OK
C l FETCH 1 FLAGS
S l BAD
