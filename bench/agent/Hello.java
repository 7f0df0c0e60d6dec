/** A service that is done at once; the byte tells when main returns. */
public final class Hello {
    private Hello() {}

    public static void main(String[] arguments) {
        System.out.write('.');
        System.out.flush();
    }
}
