# what is refused, before its octets or after them, and that nothing is left
S * OK
C x LOGIN alice secret
S x OK
C a APPEND nowhere {10}
S a NO [TRYCREATE]
C+ b APPEND nowhere {10+}\r\n0123456789\r\n
S b NO [TRYCREATE]
C+ c APPEND nowhere {4+}\r\nabcd {4+}\r\nefgh\r\n
S c NO [TRYCREATE]
C d APPEND INBOX (\Recent) {10}
S d BAD
C+ e APPEND INBOX nonsense {10+}\r\n0123456789\r\n
S e BAD
C f APPEND INBOX
S f BAD
C+ g APPEND INBOX {4+}\r\nabcd nonsense\r\n
S g BAD
C+ h APPEND INBOX {4+}\r\nabcd {4+}\r\nefghijk\r\n
S h BAD
C+ i APPEND INBOX {4+}\r\nabcd (\Foo) {4+}\r\nefgh\r\n
S i BAD
C j APPEND INBOX {9999999999}
S j NO [TOOBIG]
C+ k APPEND INBOX {0+}\r\n\r\n
S k NO
C+ l APPEND INBOX {5+}\r\nA: b\0\r\n
S l NO
! full
C+ m APPEND INBOX {9+}\r\nA: b\r\n\r\nd\r\n
S m NO [OVERQUOTA]
C+ n APPEND INBOX UTF8 (~{9+}\r\nA: b\r\n\r\nd\r\n
S n BAD
C o APPEND INBOX {5}
S + 
C+ abcde {3}\r\n
S + 
C+ abc nope {3}\r\n
S o BAD
C z STATUS INBOX (MESSAGES)
S * STATUS "INBOX" (MESSAGES 0)
S z OK
