package jvmentrypoint.jmxmp.client;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** A word as the type that an operation asks for. An enum is a string in a signature. */
final class Parameter {
    private static final String[][] PRIMITIVES = {
        {"Z", "boolean"},
        {"B", "byte"},
        {"C", "char"},
        {"D", "double"},
        {"F", "float"},
        {"I", "int"},
        {"J", "long"},
        {"S", "short"},
    };

    private Parameter() {}

    /** {@code long[]} for {@code [J}. */
    static String readable(String type) {
        if (!type.startsWith("[")) {
            return type;
        }
        return readable(element(type)) + "[]";
    }

    private static String element(String array) {
        String element = array.substring(1);
        for (String[] primitive : PRIMITIVES) {
            if (element.equals(primitive[0])) {
                return primitive[1];
            }
        }
        boolean reference = element.startsWith("L") && element.endsWith(";");
        return reference ? element.substring(1, element.length() - 1) : element;
    }

    static Object parse(String type, String word) throws UsageException {
        try {
            if (!type.startsWith("[")) {
                return scalar(type, word);
            }
            String element = element(type);
            String[] words = word.isEmpty() ? new String[0] : word.split(",", -1);
            Object array = Array.newInstance(arrayClass(element), words.length);
            for (int i = 0; i < words.length; i++) {
                Array.set(array, i, scalar(element, element.equals("java.lang.String") ? words[i] : words[i].trim()));
            }
            return array;
        } catch (NumberFormatException e) {
            throw new UsageException("'" + word + "': not a value of type " + readable(type));
        } catch (MalformedObjectNameException e) {
            throw new UsageException("'" + word + "': not an MBean's name (such as java.lang:type=Memory)");
        }
    }

    private static Class<?> arrayClass(String element) throws UsageException {
        switch (element) {
            case "boolean":
                return boolean.class;
            case "byte":
                return byte.class;
            case "char":
                return char.class;
            case "double":
                return double.class;
            case "float":
                return float.class;
            case "int":
                return int.class;
            case "long":
                return long.class;
            case "short":
                return short.class;
            default:
                return reference(element);
        }
    }

    /** By name only if it is one that can be parsed: a server may name any class. */
    private static Class<?> reference(String name) throws UsageException {
        Class<?>[] known = {
            String.class,
            Object.class,
            ObjectName.class,
            Boolean.class,
            Byte.class,
            Character.class,
            Double.class,
            Float.class,
            Integer.class,
            Long.class,
            Short.class,
            BigInteger.class,
            BigDecimal.class
        };
        for (Class<?> type : known) {
            if (type.getName().equals(name)) {
                return type;
            }
        }
        throw impossible(name);
    }

    private static UsageException impossible(String type) {
        return new UsageException("a parameter of type " + readable(type) + " can't be given on a command line");
    }

    private static Object scalar(String type, String word) throws UsageException, MalformedObjectNameException {
        switch (type) {
            case "java.lang.String":
            case "java.lang.Object":
                return word;
            case "javax.management.ObjectName":
                return new ObjectName(word);
            case "boolean":
            case "java.lang.Boolean":
                return bool(word);
            case "char":
            case "java.lang.Character":
                return character(word);
            default:
                return number(type, word);
        }
    }

    private static Object number(String type, String word) throws UsageException {
        switch (type) {
            case "byte":
            case "java.lang.Byte":
                return Byte.valueOf(word);
            case "short":
            case "java.lang.Short":
                return Short.valueOf(word);
            case "int":
            case "java.lang.Integer":
                return Integer.valueOf(word);
            case "long":
            case "java.lang.Long":
                return Long.valueOf(word);
            case "float":
            case "java.lang.Float":
                return Float.valueOf(word);
            case "double":
            case "java.lang.Double":
                return Double.valueOf(word);
            case "java.math.BigInteger":
                return new BigInteger(word);
            case "java.math.BigDecimal":
                return new BigDecimal(word);
            default:
                throw impossible(type);
        }
    }

    /** Anything else than true and false would silently be false. */
    private static Boolean bool(String word) {
        if (word.equals("true") || word.equals("false")) {
            return Boolean.valueOf(word);
        }
        throw new NumberFormatException(word);
    }

    private static Character character(String word) {
        if (word.length() == 1) {
            return word.charAt(0);
        }
        throw new NumberFormatException(word);
    }
}
