package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// classesInUnit is how many classes each generated source file holds.
const classesInUnit = 11

// words make up the names of fields and methods: a real service's classes share some names, and have many of their own.
var words = strings.Fields(`account address amount article balance basket batch billing booking branch budget carrier
	category channel charge client code comment company contact country coupon currency customer delivery deposit device
	discount document domain event export feature folder group history image import index invoice item journal label
	language ledger limit location market member message method model note notice number offer option order owner page
	partner payment period person phone place plan policy position price product profile quantity range rate reason
	receipt record refund region report request reserve result role route rule sale schedule score section segment
	service session shipment signal state status step stock store street subject supplier tariff task tax team tenant
	term ticket title token topic total trade transfer unit update user value vendor version visit volume wallet weight`)

// A writer writes one unit. What it writes depends on nothing but the unit's number.
type writer struct {
	strings.Builder
	random *rand.Rand
	number int
}

// writeUnits writes the sources of so many classes into the folder of the package unit.
func writeUnits(folder string, classes int) error {
	for number := range classes / classesInUnit {
		w := &writer{random: rand.New(rand.NewPCG(1, uint64(number))), number: number}
		w.unit()
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("U%d.java", number)), []byte(w.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) line(format string, values ...any) { fmt.Fprintf(w, format+"\n", values...) }

// name is one or two words, and now and then one that no other unit has.
func (w *writer) name() string {
	name := words[w.random.IntN(len(words))]
	if w.random.IntN(3) > 0 {
		name += title(words[w.random.IntN(len(words))])
	}
	if w.random.IntN(3) == 0 {
		name += fmt.Sprint(w.number)
	}
	return name
}

// names are different from each other, and are at least least.
func (w *writer) names(least, most int) []string {
	var names []string
	seen := map[string]bool{"state": true, "value": true, "number": true, "first": true, "built": true, "build": true, "of": true, "class": true, "work": true, "handle": true}
	for n := least + w.random.IntN(most-least+1); len(names) < n; {
		if name := w.name(); !seen[name] && !reserved[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// reserved are the words that Java keeps for itself.
var reserved = map[string]bool{"import": true}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

func (w *writer) unit() {
	data, listed := w.names(4, 14), w.names(3, 8)
	w.line("package unit;")
	w.line("import java.util.*;")
	w.line("/** %s. */", w.name())
	w.line("public final class U%d implements Unit {", w.number)
	w.state()
	w.data("Data", data)
	w.data("Item", listed)
	w.store(data)
	w.failure()
	w.base(listed)
	w.rules("Checks", w.names(6, 16))
	w.rules("Prices", w.names(6, 16))
	w.builder(data)
	w.order(data)
	w.itself(listed)
	w.line("}")
}

var types = []string{"String", "long", "int", "List<String>", "Map<String, Integer>", "boolean", "double", "String"}

// typeOf is the same for the same place in a class.
func typeOf(i int) string { return types[i%len(types)] }

var fromSeed = map[string]string{
	"String": `"%s " + seed`, "long": `seed * %d`, "int": `(int) seed + %d`, "List<String>": `Arrays.asList("%s", "b" + seed)`,
	"Map<String, Integer>": `new HashMap<>(Collections.singletonMap("%s", (int) seed))`, "boolean": `seed %% 2 == 0`, "double": `seed / 3.0`,
}

func (w *writer) value(i int, name string) string {
	form := fromSeed[typeOf(i)]
	switch {
	case strings.Contains(form, "%s"):
		return fmt.Sprintf(form, name)
	case strings.Contains(form, "%d"):
		return fmt.Sprintf(form, i+w.number)
	}
	return strings.ReplaceAll(form, "%%", "%")
}

func (w *writer) state() {
	w.line("public enum State { NEW, OPEN, HELD, CLOSED, GONE; State next() { return values()[(ordinal() + 1) %% values().length]; } }")
}

// data is a bean.
func (w *writer) data(class string, fields []string) {
	w.line("public static class %s {", class)
	for i, field := range fields {
		w.line("private %s %s;", typeOf(i), field)
	}
	for i, field := range fields {
		w.line("public %s get%s() { return %s; }", typeOf(i), title(field), field)
		w.line("public %s set%s(%s value) { %s = value; return this; }", class, title(field), typeOf(i), field)
	}
	w.line("@Override public int hashCode() { return Objects.hash(%s); }", strings.Join(fields, ", "))
	w.line("@Override public boolean equals(Object other) { return other instanceof %s && other.hashCode() == hashCode(); }", class)
	w.line("@Override public String toString() { return \"%s{\" + %s + '}'; }", class, strings.Join(fields, ` + ", " + `))
	w.line("}")
}

func (w *writer) store(fields []string) {
	w.line("public interface Store {")
	w.line("Data find(long number);")
	for i, field := range fields[:3] {
		w.line("default %s %sOf(long number) { Data found = find(number); return found.get%s(); }", typeOf(i), field, title(field))
	}
	w.line("}")
}

func (w *writer) failure() {
	w.line("public static class Failure extends RuntimeException {")
	w.line("private final State state;")
	w.line("Failure(String message, State state) { super(message + \" in %s: \" + state); this.state = state; }", w.name())
	w.line("public State getState() { return state; }")
	w.line("}")
}

// base is a class that others extend.
func (w *writer) base(fields []string) {
	w.line("public abstract static class Base<T> {")
	w.line("protected final Map<Long, T> known = new LinkedHashMap<>();")
	w.line("protected abstract T make(long seed);")
	w.line("public T get(long seed) { return known.computeIfAbsent(seed & 7, this::make); }")
	for i, field := range fields[:3] {
		w.line("protected %s %s(long seed) { return %s; }", typeOf(i), field, w.value(i, field))
	}
	w.line("}")
}

// rules is a class of code: loops, switches, texts.
func (w *writer) rules(class string, methods []string) {
	w.line("public static final class %s {", class)
	w.line("private final Map<String, Long> counts = new HashMap<>();")
	w.line("long first(long seed, int depth) { return %s(seed, depth); }", methods[0])
	for i, method := range methods {
		next := methods[(i+1)%len(methods)]
		w.line("long %s(long seed, int depth) {", method)
		switch w.random.IntN(4) {
		case 0:
			w.line("StringBuilder text = new StringBuilder(\"%s\");", w.name())
			w.line("for (int i = 0; i < %d; i++) { text.append(seed + i).append(i %% 2 == 0 ? \",\" : \"; %s \"); }", 2+w.random.IntN(4), w.name())
			w.line("seed += text.toString().hashCode() & 0xff;")
		case 1:
			w.line("switch ((int) (seed & 3)) {")
			for i := range 3 {
				w.line("case %d: seed ^= \"%s\".length() * %dL; break;", i, w.name(), w.random.IntN(1000))
			}
			w.line("default: seed += State.OPEN.next().ordinal();")
			w.line("}")
		case 2:
			key := w.name()
			w.line("counts.put(\"%s\", seed & 15);", key)
			w.line("if (counts.get(\"%s\") < 0) { throw new Failure(\"%s\", State.HELD); }", key, w.name())
		default:
			w.line("long[] sums = new long[%d];", 2+w.random.IntN(6))
			w.line("for (int i = 0; i < sums.length; i++) { sums[i] = seed >> i; }")
			w.line("for (long sum : sums) { seed = seed * 31 + sum %% %d; }", 3+w.random.IntN(50))
		}
		w.line("return depth > 0 ? %s(seed, depth - 1) : seed;", next)
		w.line("}")
	}
	w.line("}")
}

func (w *writer) builder(fields []string) {
	w.line("public static final class Builder {")
	w.line("private final Data built = new Data();")
	for i, field := range fields {
		w.line("public Builder %s(%s value) { built.set%s(value); return this; }", field, typeOf(i), title(field))
	}
	w.line("public Data build() { return built; }")
	w.line("static Data of(long seed) {")
	w.line("return new Builder()")
	for i, field := range fields {
		w.line(".%s(%s)", field, w.value(i, field))
	}
	w.line(".build();")
	w.line("}")
	w.line("}")
}

func (w *writer) order(fields []string) {
	w.line("public static final class Order extends Base<Data> implements Store, Comparator<Data> {")
	w.line("@Override protected Data make(long seed) { return Builder.of(seed); }")
	w.line("@Override public Data find(long number) { return get(number); }")
	w.line("@Override public int compare(Data a, Data b) { return a.get%s().compareTo(b.get%s()); }", title(fields[0]), title(fields[0]))
	w.line("}")
}

// itself is what the unit's own class has.
func (w *writer) itself(listed []string) {
	checks, prices := w.names(1, 1)[0], w.names(1, 1)[0]
	w.line("private State state = State.NEW;")
	w.line("@Override public long work(long seed) {")
	w.line("Order order = new Order();")
	w.line("Item item = new Item().set%s(\"%s\");", title(listed[0]), w.name())
	w.line("List<Data> all = new ArrayList<>(Arrays.asList(order.find(seed), order.find(seed + 1)));")
	w.line("all.sort(order);")
	w.line("state = state.next();")
	w.line("long sum = %s(seed) + %s(seed) + item.toString().length() + all.get(0).hashCode();", checks, prices)
	w.line("try { if (seed %% 2 == 0) { throw new Failure(all.toString(), state); } return sum; }")
	w.line("catch (Failure failure) { return failure.getMessage().length() + sum; }")
	w.line("}")
	w.line("private long %s(long seed) { return new Checks().first(seed, %d); }", checks, 5+w.random.IntN(20))
	w.line("private long %s(long seed) { return new Prices().first(seed, %d); }", prices, 5+w.random.IntN(20))
	w.line("@Override public long handle(Chain chain, long seed) {")
	w.line("Item item = new Item().set%s(%s).set%s(seed);", title(listed[0]), w.value(0, listed[0]), title(listed[1]))
	w.line("long before = seed %% 16 == 0 ? work(seed) : new Prices().first(seed, 2);")
	w.line("long answer = chain.proceed();")
	w.line("return answer + before + item.get%s();", title(listed[1]))
	w.line("}")
}
