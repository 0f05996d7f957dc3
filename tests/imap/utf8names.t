# names are UTF-8 once that is enabled
S * OK
C x LOGIN alice secret
S x OK
C a ENABLE UTF8=ACCEPT
S * ENABLED UTF8=ACCEPT
S a OK
C b CREATE "Ã¤&AOQ-x"
S b OK
C c LIST "" "Ã¤*"
S * LIST (\HasNoChildren) "/" "Ã¤&AOQ-x"
S c OK
C d STATUS "EntwÃ¼rfe" (MESSAGES)
S * STATUS "EntwÃ¼rfe" (MESSAGES 0)
S d OK
C e SELECT "Entw&APw-rfe"
S e NO [NONEXISTENT]
C f SELECT "EntwÃ¼rfe"
S* f OK
C s SEARCH CHARSET UTF-8 ALL
S s BAD
C t SEARCH ALL
S * SEARCH
S t OK
C g ENABLE X
S * ENABLED
S g OK
C h ENABLE
S h BAD
again
S * OK
C x LOGIN alice secret
S x OK
C b LIST "" "&AOQ-&-*"
S * LIST (\HasNoChildren) "/" "&AOQ-&-AOQ-x"
S b OK
C c CREATE "Ã¤"
S c NO [CANNOT]
