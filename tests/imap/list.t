# names, levels, uses, subscriptions
S * OK
C x LOGIN alice secret
S x OK
C a LIST "" ""
S * LIST (\Noselect) "/" ""
S a OK
C b LIST "" %
S * LIST (\HasNoChildren) "/" "INBOX"
S * LIST (\HasNoChildren \Drafts) "/" "Entw&APw-rfe"
S * LIST (\HasNoChildren \Sent) "/" "Sent"
S * LIST (\Noselect \HasChildren) "/" "a"
S b OK
C c LIST a/ *
S * LIST (\Noselect \HasChildren) "/" "a/b"
S * LIST (\HasNoChildren) "/" "a/b/c"
S c OK
C d LSUB "" *
S * LSUB (\HasNoChildren) "/" "INBOX"
S * LSUB (\HasNoChildren) "/" "Entw&APw-rfe"
S d OK
C e LIST (SPECIAL-USE) "" * RETURN (SPECIAL-USE)
S * LIST (\HasNoChildren \Drafts) "/" "Entw&APw-rfe"
S * LIST (\HasNoChildren \Sent) "/" "Sent"
S e OK
C f LIST "" inbox
S * LIST (\HasNoChildren) "/" "INBOX"
S f OK
C g STATUS "Entw&APw-rfe" (MESSAGES UNSEEN UIDNEXT UIDVALIDITY RECENT)
S * STATUS "Entw&APw-rfe" (MESSAGES 0 RECENT 0 UIDNEXT 1 UIDVALIDITY 7 UNSEEN 0)
S g OK
C h LIST "" "&bad"
S h OK
