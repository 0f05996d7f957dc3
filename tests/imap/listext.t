# LIST with options, STATUS in it, quota, who and where we are
! deliver 2
S * OK
C w ID ("name" "x")
S * ID ("name" "pli")
S w OK
C x LOGIN alice secret
S x OK
C a CREATE t/1
S a OK
C b CREATE t/2/3
S b OK
C c CREATE t-3
S c OK
C d CREATE t
S d OK
C e SUBSCRIBE t/2/3
S e OK
C f SUBSCRIBE gone/one
S f OK
C g LIST (SUBSCRIBED) "" *
S * LIST (\Subscribed \HasNoChildren) "/" "INBOX"
S * LIST (\Subscribed \HasNoChildren \Drafts) "/" "Entw&APw-rfe"
S * LIST (\Subscribed \NonExistent \HasNoChildren) "/" "gone/one"
S * LIST (\Subscribed \HasNoChildren) "/" "t/2/3"
S g OK
C h LIST (SUBSCRIBED RECURSIVEMATCH) "" %
S * LIST (\Subscribed \HasNoChildren) "/" "INBOX"
S * LIST (\Subscribed \HasNoChildren \Drafts) "/" "Entw&APw-rfe"
S * LIST (\NonExistent \HasNoChildren) "/" "gone" ("CHILDINFO" ("SUBSCRIBED"))
S * LIST (\HasChildren) "/" "t" ("CHILDINFO" ("SUBSCRIBED"))
S h OK
C i LSUB "" %
S * LSUB (\HasNoChildren) "/" "INBOX"
S * LSUB (\HasNoChildren) "/" "Entw&APw-rfe"
S * LSUB (\Noselect \HasNoChildren) "/" "gone"
S * LSUB (\Noselect \HasChildren) "/" "t"
S i OK
C j LIST "" (t% t/*) RETURN (SUBSCRIBED CHILDREN)
S * LIST (\HasChildren) "/" "t"
S * LIST (\HasNoChildren) "/" "t/1"
S * LIST (\NonExistent \HasChildren) "/" "t/2"
S * LIST (\Subscribed \HasNoChildren) "/" "t/2/3"
S * LIST (\HasNoChildren) "/" "t-3"
S j OK
C k LIST (SPECIAL-USE RECURSIVEMATCH) "" S%
S * LIST (\HasNoChildren \Sent) "/" "Sent"
S k OK
C l LIST (RECURSIVEMATCH) "" %
S l BAD
C m LIST "" (INBOX t/2) RETURN (STATUS (MESSAGES SIZE DELETED-STORAGE))
S * LIST (\HasNoChildren) "/" "INBOX"
S * STATUS "INBOX" (MESSAGES 2 SIZE 158 DELETED-STORAGE 0)
S * LIST (\NonExistent \HasChildren) "/" "t/2"
S m OK
! flag 1 8
C n STATUS INBOX (APPENDLIMIT DELETED-STORAGE)
S * STATUS "INBOX" (APPENDLIMIT 52428800 DELETED-STORAGE 1)
S n OK
C o NAMESPACE
S * NAMESPACE (("" "/")) NIL NIL
S o OK
C p GETQUOTAROOT inbox
S * QUOTAROOT "INBOX" ""
S * QUOTA "" ()
S p OK
! quota 10240
C q GETQUOTA ""
S * QUOTA "" (STORAGE 1 10)
S q OK
C r GETQUOTA "x"
S r NO [NONEXISTENT]
C s GETQUOTAROOT none
S s NO [NONEXISTENT]
