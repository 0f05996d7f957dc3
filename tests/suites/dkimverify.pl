#!/usr/bin/perl
# dkimverify.pl - Mail::DKIM's verdict on each signature, for test_dkim.py.
#
# usage: dkimverify.pl NAME RECORD [NAME RECORD]... < VECTORS
#
# Vectors are as pliparse has them: messages.  A line of JSON answers each:
# the algorithms with their results.  The records are the whole DNS.
use strict;
use warnings;
use Mail::DKIM::Verifier;
use Mail::DKIM::DNS;
use Net::DNS::RR;

my %records = @ARGV;
{
	no warnings 'redefine';
	*Mail::DKIM::DNS::query = sub {
		my ($name, $type) = @_;
		my $text = $records{$name};
		return unless defined $text;
		return Net::DNS::RR->new(name => $name, type => 'TXT',
		    txtdata => [ $text =~ /(.{1,255})/sg ]);
	};
}
binmode STDIN;
$| = 1;
while (defined(my $n = <STDIN>)) {
	my $text;
	read(STDIN, $text, $n) == $n or die "short vector";
	my $v = Mail::DKIM::Verifier->new;
	$v->PRINT($text);
	$v->CLOSE;
	print '[', join(',', map { sprintf('["%s","%s"]', $_->algorithm,
	    $_->result) } $v->signatures), "]\n";
}
