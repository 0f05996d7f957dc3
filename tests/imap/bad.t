# what is no command gets its reply and nothing else
S * OK
C 
S * BAD
C a
S * BAD
C a FROB
S a BAD Unknown
C+ a NOOP\n
S * BAD
C b APPENDIX INBOX {300}
S b BAD Unknown
C c APPENDIX INBOX {3+}
C abc
S c BAD Unknown
C d LOGIN {9223372036854775808}
S d NO [TOOBIG]
C e LOGIN {9000}
S e NO [TOOBIG]
C f LOGIN {9000
S f BAD
again
S * OK
C d LOGIN {9223372036854775808+}
S * BYE [TOOBIG]
S!
again
S * OK
C x LOGIN alice secret
S x OK
C a FETCH 1 FLAGS
S a BAD
C b SELECT nowhere
S b NO [NONEXISTENT]
C c SELECT "&bad"
S c NO
C d SELECT INBOX
S* d OK
C e FETCH 1 FLAGS
S e BAD
C f FETCH 1:* FLAGS
S f OK
C g STORE 0 FLAGS ()
S g BAD
C h UID FETCH 1:* BODY[
S h BAD
C i NOOP x
S i BAD
