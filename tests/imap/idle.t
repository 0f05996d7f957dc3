# changes come by themselves
! deliver
S * OK
C x LOGIN alice secret
S x OK
C a IDLE
S + 
C DONE
S a OK
C b SELECT INBOX
S* b OK
C c IDLE
S + 
! deliver
S * 2 EXISTS
S * 0 RECENT
! flag 1 4
S * 1 FETCH (FLAGS (\Flagged))
! expunge 1
S * 1 EXPUNGE
C DONE
S c OK
C d IDLE
C+ DO
S + 
C NE
S d OK
C+ e IDLE\r\nDONE\r\nf NOOP\r\n
S + 
S e OK
S f OK
C g IDLE
S + 
C what
S g BAD
C h IDLE
S + 
! dies writer
S* * BYE [UNAVAILABLE]
S!
