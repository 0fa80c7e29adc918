#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# check-notrace.pl OBJDUMP OBJECT TRACER SPECIAL: prove that the tracer of the hypervisor's
# functions calls none that is traced, or it would call itself for ever.
#
# OBJECT is the hypervisor, linked but for its relocations. Whatever begins with a function whose
# name matches TRACER, and is reached from there by branches of any kind, must not be instrumented,
# and must not branch to where this cannot see. Nor may functions that match SPECIAL be
# instrumented. Prints what there is; a violation fails, with the way to it.
use strict;
use warnings;

die "usage: $0 OBJDUMP OBJECT TRACER SPECIAL\n" unless @ARGV == 4;
my ($objdump, $object, $tracer, $special) = @ARGV;

# Functions by where they begin, in any section: "section:address"
my (@functions, %begin);
# What each branches to, and whether it branches to somewhere that is only known when it runs
my (%calls, %indirect);
# By name
my %instrumented;

# The function that a place is in
sub function_at {
	my ($section, $address) = @_;
	my $list = $begin{$section} or return undef;
	my ($low, $high) = (0, scalar @$list);

	while ($low < $high) {
		my $mid = int(($low + $high) / 2);
		if ($list->[$mid][0] <= $address) {
			$low = $mid + 1;
		} else {
			$high = $mid;
		}
	}
	return $low ? $list->[$low - 1][1] : undef;
}

sub run {
	open(my $pipe, '-|', split(' ', $objdump), @_, $object) or die "$objdump: $!\n";
	my @lines = <$pipe>;
	close($pipe) or die "$objdump @_ $object fails\n";
	return @lines;
}

# Where a relocation leads to: a symbol, or a section and a distance
my $target = qr/([^\s+]+)(?:\+0x([0-9a-f]+))?/;
sub target_of {
	my ($symbol, $distance) = @_;

	return function_at($symbol, $distance) // $symbol;
}

# The linker has given the sections addresses; relocations are distances from their beginning
my %base;
foreach (run('-h')) {
	$base{$1} = hex($2) if /^\s*\d+\s+(\S+)\s+[0-9a-f]+\s+([0-9a-f]+)\s/;
}

# Symbols that can be branched to. A name may be several functions', if they are static.
my ($start, $stop);
foreach (run('-t')) {
	next unless /^([0-9a-f]+) (.{7}) (\S+)\s+([0-9a-f]+)\s+(?:\.hidden )?(\S+)$/;
	my ($address, $flags, $section, $name) = (hex($1), $2, $3, $5);

	$address -= $base{$section} // 0;
	$start = $address if $name eq 'el2_functions_start';
	$stop = $address if $name eq 'el2_functions_stop';
	next unless $section =~ /text/ && $flags !~ /d/ && $name !~ /^(\$|__hyp_section)/;
	push @{$begin{$section}}, [$address, $name];
}
die "$object: no table of functions\n" unless defined $start && defined $stop;
foreach my $section (keys %begin) {
	# Of several names of one place any will do, but always the same
	my @sorted = sort { $a->[0] <=> $b->[0] || $b->[1] cmp $a->[1] } @{$begin{$section}};
	$begin{$section} = \@sorted;
}

my ($section, $from, $to);
foreach (run('-dr')) {
	if (/^Disassembly of section (\S+):/) {
		$section = $1;
	} elsif (/^\s*[0-9a-f]+:\s+R_AARCH64_(?:CALL26|JUMP26|CONDBR19|TSTBR14)\s+$target/) {
		# Of the branch before it, which leads nowhere yet
		pop @{$calls{$from}} if defined $to;
		undef $to;
		push @{$calls{$from}}, target_of($1, hex($2 // 0));
	} elsif (/^\s*([0-9a-f]+):\s+(?:[0-9a-f]{8}|(?:[0-9a-f]{2} ){4})\s+(\S+)\s*(.*)/) {
		my ($address, $insn, $args) = (hex($1), $2, $3);

		undef $to;
		$from = function_at($section, $address - $base{$section});
		next unless defined $from;
		if ($insn =~ /^bl?r(a[ab]z?)?$/) {
			$indirect{$from} = 1;
		} elsif ($insn =~ /^(b|bl|b\.\w+|cbn?z|tbn?z)$/ &&
			 $args =~ /(?:^|,\s*)(?:0x)?([0-9a-f]+)(?:\s*<.*>)?\s*(?:\/\/.*)?$/) {
			$to = function_at($section, hex($1) - $base{$section});
			push @{$calls{$from}}, $to if defined $to;
		}
	}
}

# Of all sections, as LLVM's tells none if it is asked for those of one
my ($table, $of) = (0, '');
foreach (run('-r')) {
	$of = $1 if /^RELOCATION RECORDS FOR \[(\S+)\]:/;
	next unless $of eq '.hyp.functions';
	next unless /^([0-9a-f]+)\s+R_AARCH64_ABS64\s+$target/;
	next unless hex($1) >= $start && hex($1) < $stop;
	my ($symbol, $distance) = ($2, hex($3 // 0));

	$instrumented{target_of($symbol, $distance)} = 1;
	$table++;
}
my $entries = ($stop - $start) / 8;
die "$object: the table of functions has $entries entries, $table of them known\n"
	unless $table && $table == $entries;

# Reach, breadth first, so that the way that is told is a short one
my (%via, @queue);
foreach my $list (values %begin) {
	foreach (@$list) {
		my $name = $_->[1];
		next unless $name =~ /^(?:$tracer)$/ && !exists $via{$name};
		$via{$name} = undef;
		push @queue, $name;
	}
}
die "$object: no tracer\n" unless exists $via{el2_function_entry};

my $bad = 0;
sub complain {
	my ($name, $what) = @_;
	my @way = ($name);

	unshift @way, $via{$way[0]} while defined $via{$way[0]};
	print STDERR "$object: $what: ", join(' -> ', @way), "\n";
	$bad++;
}

while (@queue) {
	my $name = shift @queue;

	complain($name, 'the tracer runs through what it traces') if $instrumented{$name};
	complain($name, 'the tracer branches to where nobody knows') if $indirect{$name};
	foreach my $callee (@{$calls{$name} // []}) {
		next if exists $via{$callee};
		$via{$callee} = $name;
		push @queue, $callee;
	}
}
foreach my $name (sort keys %instrumented) {
	next unless $name =~ /^(?:$special)$/;
	print STDERR "$object: must not be traced: $name\n";
	$bad++;
}
exit 1 if $bad;

print "$table functions can be traced, by a tracer of ", scalar(keys %via), "\n";
