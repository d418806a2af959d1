package boxrun.json;

/** From the name of a record's component to the name of the member. */
enum Naming {
    SNAKE_CASE {
        @Override
        String member(String component) {
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < component.length(); i++) {
                char c = component.charAt(i);
                if (c >= 'A' && c <= 'Z') {
                    if (i > 0) {
                        name.append('_');
                    }
                    name.append((char) (c - 'A' + 'a'));
                } else {
                    name.append(c);
                }
            }
            return name.toString();
        }
    },
    AS_IS {
        @Override
        String member(String component) {
            return component;
        }
    };

    abstract String member(String component);
}
