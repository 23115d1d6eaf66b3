# The pattern rules, one a row: patterns, and what is left of the tree.
# fs: tmpfs
mkdir -p "$S/tree/a/b/c" "$S/tree/build/x" "$S/tree/sub/build/y" "$S/tree/src"
touch "$S/tree"/{one.o,two.c,'[x]','star*',a/one.o,a/b/two.c,a/b/c/one.o,build/f,sub/build/g,src/build}
cd "$S/tree"
all='[x] a a/b a/b/c a/b/c/one.o a/b/two.c a/one.o build build/f build/x one.o src src/build star* sub sub/build sub/build/g sub/build/y two.c'
without() {
	local want
	want=$(tr ' ' '\n' <<<"$all" | { grep -Evx "$1" || true; } | tr '\n' ' ' | sed 's/ $//')
	shift
	rm -rf "$D/copy"
	copy "${@/#/--exclude=}" "$S/tree" "$D/copy"
	is "$(names_in "$D/copy")" "$want" || fail "with: $*"
}
without '.*\.o' '*.o'
without 'one.o' '/*.o'
without '.*/?one\.o|two\.c|a/b/two\.c' one.o 'two.?'
without '(sub/|src/)?build(/.*)?' build
without '(sub/)?build(/.*)?' build/
without 'build(/.*)?' /build/
without 'build(/.*)?' /build
without 'src/build' src/build
without 'a/b(/.*)?' a/b
without 'a/b(/.*)?' 'a/*/'
without 'a/b/c(/.*)?' 'b/c'
without 'a/(b/)?(c/)?one\.o' 'a/**/one.o'
without 'a/b/c/one\.o' 'a/b/**.o'
without '.*one\.o' '**/one.o'
without '(a|src|sub|build)/.*' '*/**'
without 'one\.o|two\.c' '/[a-z]*.[co]'
without 'two\.c|a/b/two\.c' '[!o]*.c'
without '\[x\]' '\[x]'
without 'star\*' 'star\*'
without 'nothing' 'sta' 'one' '/b' 'c/b' 'ONE.O' 'tree' '/tree'
without '.*' '*'
