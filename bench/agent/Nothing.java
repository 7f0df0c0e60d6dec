/** The cheapest agent there can be: what is above its cost is ours. */
public final class Nothing {
    private Nothing() {}

    public static void premain(String arguments) {}
}
