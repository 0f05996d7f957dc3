# who may say what before login, and how one gets in
S * OK [CAPABILITY IMAP4rev1
C a SELECT INBOX
S a BAD
C b LOGIN alice wrong
S b NO [AUTHENTICATIONFAILED]
C c LOGIN alice
S c BAD
C d AUTHENTICATE PLAIN
S + 
C *
S d BAD
C e AUTHENTICATE PLAIN
S + 
C !!!
S e BAD
C f AUTHENTICATE WHAT
S f NO
C g AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==
S g OK [CAPABILITY
C h LOGIN alice secret
S h BAD
C i LOGOUT
S * BYE
S i OK
S!
# literals, asked for and not
again
S * OK
C a LOGIN {5}
S + 
C alice {6+}
C secret
S a OK
# SCRAM's last word wants an empty answer
again
S * OK
C a AUTHENTICATE SCRAM-SHA-256 biwsbj1hbGljZQ==
S + c2VydmVyLWZpcnN0
C Y2xpZW50LWZpbmFs
S + c2VydmVyLWZpbmFs
C 
S a OK [CAPABILITY
C b CAPABILITY
S * CAPABILITY IMAP4rev1
S b OK
