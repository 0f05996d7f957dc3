# without auth
# later, and no crash
S * OK
C a LOGIN alice secret
S a NO [UNAVAILABLE]
C b NOOP
S b OK
