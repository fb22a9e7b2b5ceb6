"""How the database looks into search texts: whether one holds a text, how well, and which kinds have one that does."""

from django.db import connection, models


def likes(column, texts):
    """Return the condition, and its values, that the column holds one of the texts."""
    # Search texts and what is looked for in them have no letter that means something to LIKE.
    return f"({' OR '.join([f'{column} LIKE %s'] * len(texts))})", [f"%{text}%" for text in texts]


def sqlite_index(model, texts):
    """Return the FTS5 table of the model that ``vocabulary`` makes; None where it cannot tell which rows hold a text.

    Countries have none, since their key is no number and they are few; it knows no text of less than three letters.
    """
    if isinstance(model._meta.pk, models.AutoField) and min(map(len, texts)) >= 3:
        return f"search_{model._meta.db_table}"
    return None


def matches(index, texts):
    """Return the condition, and its values, that a row of the FTS5 table holds one of the texts."""
    return f"{index} MATCH %s", [" OR ".join(f'"{text}"' for text in texts)]


@models.TextField.register_lookup
class Holds(models.lookups.BuiltinLookup):
    """Whether a search text holds one of some texts, read from the text itself: for judging records that are found."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        condition, values = likes(column, self.rhs)
        return condition, [*params * len(self.rhs), *values]


@models.TextField.register_lookup
class HoldsOneOf(Holds):
    """Whether a search text holds one of some texts, looked up in the trigram index of the table.

    PostgreSQL takes its index for LIKE by itself; SQLite is led to its FTS5 table.
    """

    lookup_name = "holds_one_of"

    def as_sqlite(self, compiler, connection):
        index = sqlite_index(self.lhs.target.model, self.rhs)
        if not index:
            return self.as_sql(compiler, connection)
        condition, values = matches(index, self.rhs)
        key = compiler.quote_name_unless_alias(self.lhs.alias)
        return f"{key}.rowid IN (SELECT rowid FROM {index} WHERE {condition})", values


class FirstStep(models.Func):
    """The number of the first step that the search text of a record passes; one more than the last if it passes none.

    A step is a tuple of conditions that all must be met, or None; a condition is a tuple of texts of which one must be
    held. As one expression, since a CASE of Q objects takes Django as long to describe as the rest of the query.
    """

    def __init__(self, steps):
        super().__init__("search_text", output_field=models.SmallIntegerField())
        self.steps = steps

    def as_sql(self, compiler, connection, **context):
        column, _none = compiler.compile(self.source_expressions[0])
        first = {}
        for number, step in enumerate(self.steps):
            if step:
                first.setdefault(step, number)  # who does not pass a step does not pass it the second time
        cases, values = [], []
        for step, number in first.items():
            conditions = [likes(column, texts) for texts in step]
            cases.append(f"WHEN {' AND '.join(condition for condition, _texts in conditions)} THEN {number}")
            values += [value for _condition, texts in conditions for value in texts]
        return f"CASE {' '.join(cases)} ELSE {len(self.steps)} END", values


def kinds_having(words, kinds):
    """Return a dict from words to the models among ``kinds`` of which a record has the word in its own search text.

    Whether people may see the record does not count, and words that say only what kind of institution it is are
    taken to be everywhere: what is not in the answer finds nothing, what is may find something. Asks one query.
    """
    having = {word: set(kinds) if word.generic else set() for word in words}
    asked = [(word, model) for word in words if not word.generic for model in kinds]
    if not asked:
        return having
    questions, values = [], []
    for word, model in asked:
        texts = tuple(word.patterns())
        table = model._meta.db_table
        index = sqlite_index(model, texts) if connection.vendor == "sqlite" else None
        condition, wanted = matches(index, texts) if index else likes("search_text", texts)
        questions.append(f"EXISTS (SELECT 1 FROM {index or table} WHERE {condition})")
        values += wanted
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(questions)}", values)
        answers = cursor.fetchone()
    for (word, model), answer in zip(asked, answers, strict=True):
        if answer:
            having[word].add(model)
    return having
