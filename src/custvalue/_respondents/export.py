"""Files of survey platforms: a table of answers with what the file says about its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from custvalue import _frames
from custvalue._checks import checked_whole, require_choice
from custvalue._columns import Array, missing
from custvalue._frames.files import Layout, read_file
from custvalue._frames.header import HeaderRows
from custvalue._frames.marks import NO_ITEM, require_empty_corner, require_import_ids
from custvalue._frames.typed import Decimal, Typing
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.reading import check_items
from custvalue._respondents.scale import Scale
from custvalue._table import Shown, Table, Tabular
from custvalue._words import did_you_mean, listed, one_line
from custvalue.errors import DataError, ParameterError

Platform = Literal["qualtrics", "surveymonkey", "google-forms", "wenjuanxing", "limesurvey"]
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}

PLAIN = Layout()
RECIPES: Mapping[str, Layout] = {
    "qualtrics": Layout(header=HeaderRows(rows=3, question=2, mark=require_import_ids)),
    "surveymonkey": Layout(header=HeaderRows(rows=2, nothing=NO_ITEM, mark=require_empty_corner)),
    "google-forms": PLAIN,
    "wenjuanxing": Layout(other_encoding="gb18030"),
    "limesurvey": Layout(
        header=HeaderRows(code=r"(?P<code>[A-Za-z]\w*(?:\[[^\]]+\])*)[.:] +(?P<text>.+)")
    ),
}


@dataclass(frozen=True, eq=False, repr=False)
class Export(Tabular, Shown, _frames.Framed):
    """Answers as a file has them, with the texts of questions apart from short names.

    Use :func:`read_export`. Wherever custvalue takes a dataframe, it takes an export.

    Parameters
    ----------
    file : str
        Name of the file.
    frame : dataframe or dict of str to ndarray
        The rows: of pyarrow or polars where one of them read the file, else plain columns.
    texts : mapping of str to str
        Texts of questions by the name of their column, where the file has both.
    value_labels : mapping of str to mapping
        Labels of codes by the name of their column, as SPSS files have them.
    missing_codes : mapping of str to tuple
        Codes that stand for no answer by the name of their column, for
        ``Scale(1, 5, missing_codes=export.missing_codes["q1"])``.
    """

    file: str
    frame: Any
    texts: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    missing_codes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(_frames.Source(self.frame).names)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return _frames.Source(self.frame).rows

    @property
    def questions(self) -> dict[str, str]:
        """The text of the question of every column; its name, where the file has no other."""
        return {name: self.texts.get(name, name) for name in self.names}

    def columns(self) -> dict[str, Array]:
        """Return the columns as plain arrays: numbers with NaN, or text with None."""
        source = _frames.Source(self.frame)
        return {name: source.entries(name) for name in source.names}

    def __getitem__(self, name: str) -> Array:
        source = _frames.Source(self.frame)
        source.require({"name": name})
        return source.entries(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def keys(self) -> tuple[str, ...]:
        """Return the names of the columns, as a dict has them."""
        return self.names

    def renamed(self, names: Mapping[str, str]) -> Export:
        """Return the export with short names for some columns; texts of questions remain.

        Parameters
        ----------
        names : mapping of str to str
            Name of a column, or the text of its question, to its new name.

        Returns
        -------
        Export
            With the old name as the text of the question, where there was no other.

        Raises
        ------
        DataError
            If there is no such column, or two would have one name.

        Examples
        --------
        >>> from custvalue.survey import Export
        >>> answers = Export("s.csv", {"How satisfied are you with the price?": [4, 2]})
        >>> short = answers.renamed({"How satisfied are you with the price?": "price"})
        >>> short["price"].tolist(), short.questions
        ([4, 2], {'price': 'How satisfied are you with the price?'})
        """
        new = {self._name_of(old): name for old, name in names.items()}
        after = [new.get(name, name) for name in self.names]
        twice = [name for i, name in enumerate(after) if name in after[:i]]
        if twice:
            raise DataError(f"{self.file}: two columns would have the name {twice[0]!r}.")
        questions = self.questions
        texts = {new.get(name, name): questions[name] for name in {*self.texts, *new}}
        return replace(
            self,
            frame=_frames.renamed(self.frame, new),
            texts=texts,
            value_labels={new.get(name, name): its for name, its in self.value_labels.items()},
            missing_codes={new.get(name, name): its for name, its in self.missing_codes.items()},
        )

    def _name_of(self, said: str) -> str:
        """Return the name of a column that is named, or whose question is."""
        if said in self.names:
            return said
        asked = [name for name, text in self.texts.items() if text == said]
        if len(asked) == 1:
            return asked[0]
        known = [*self.names, *self.texts.values()]
        raise DataError(
            f"{self.file} has no column {said!r}, only {listed(self.names)}."
            f"{did_you_mean(said, known)}"
        )

    def codebook(self, name: str, scale: Scale) -> Codebook:
        """Return the codebook of a column whose codes have labels, as in files of SPSS.

        Parameters
        ----------
        name : str
            The column.
        scale : Scale
            The scale of its answers.

        Raises
        ------
        DataError
            If the file has no labels for the column.
        ParameterError
            If a code is neither on the scale nor one for no answer.

        Examples
        --------
        >>> from custvalue.survey import Export, Scale
        >>> labels = {1: "poor", 5: "excellent", 9: "refused"}
        >>> answers = Export("s.sav", {"q": [5, 9]}, {}, {"q": labels}, {"q": (9,)})
        >>> answers.codebook("q", Scale(1, 5)).words
        {'poor': 1.0, 'excellent': 5.0}
        """
        if name not in self.value_labels:
            raise DataError(
                f"{self.file} has no labels for {name!r}, only for {listed(self.value_labels)}."
                f"{did_you_mean(name, self.value_labels)}"
            )
        none = self.missing_codes.get(name, ())
        return Codebook.from_labels(self.value_labels[name], scale=scale, no_answer=none)

    def __repr__(self) -> str:
        return one_line("Export", file=self.file, rows=self.rows, columns=len(self.names))

    def _table(self) -> Table:
        rows = tuple(
            (name, self.texts.get(name, ""), _kind(entries), int((~missing(entries)).sum()))
            for name, entries in self.columns().items()
        )
        title = f"{self.file}: {self.rows:,} rows, {len(rows)} columns"
        header = ("column", "question", "kind", "entries")
        if self.texts or not rows:
            return Table(title, header, rows)
        return Table(title, (header[0], *header[2:]), tuple((row[0], *row[2:]) for row in rows))


def _kind(entries: Array) -> str:
    if entries.dtype.kind in "iuf":
        return "numbers"
    if entries.dtype.kind in "mM":
        return "dates"
    numbers = sum(isinstance(entry, float | int) for entry in entries if entry is not None)
    return "numbers and words" if numbers else "words"


def read_export(
    path: str | Path,
    *,
    platform: Platform | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_rows: int | None = None,
    question_row: int | None = None,
    sheet: str | int | None = None,
    decimal: Decimal = ".",
    numbers: Sequence[str] = (),
) -> Export:
    """Read a file of a survey platform or a spreadsheet program.

    Text (CSV), Excel and OpenDocument (extra ``excel``), SPSS (extra ``spss``) and Parquet. A
    column is numeric where every entry is a number; words stay words. Empty columns without a
    name, lines without anything, and a first line ``sep=;`` are read through.

    Parameters
    ----------
    path : str or Path
        The file; its suffix says which kind it is.
    platform : {"qualtrics", "surveymonkey", "google-forms", "wenjuanxing", "limesurvey"}, optional
        Who wrote it, which sets the arguments below that are not given.
    encoding : str, optional
        ``"gbk"``, ``"cp949"``, ``"latin-1"`` and others that Python knows. By default UTF-8, or
        UTF-16 where the file begins with its byte order mark. An encoding that makes nonsense of
        the file is refused or warned of.
    delimiter : {"comma", "semicolon", "tab", "pipe"} or str, optional
        Or the sign itself. By default the one of these by which the first rows have as many entries
        as the header.
    header_rows : int, optional
        Rows above the data, 1 by default. With 2, the first has questions that may span columns
        (merged cells too), the second their items: the name is ``"How satisfied?: Speed"``.
    question_row : int, optional
        Which of the rows has the texts of questions, counted from 1; then the first of the
        others has the names, and the rest are left out.
    sheet : str or int, optional
        Name of a sheet, or its number from 1; needed where several hold something.
    decimal : {".", ","}
        The sign before decimals. With ``","``, a column with a point in it (``1.234``) is words.
    numbers : sequence of str, optional
        Columns whose numbers are numbers even where some entries are words (``"N/A"``); names that
        the file has not are left to whoever reads the columns.

    Returns
    -------
    Export
        For ``Responses.from_frame(export, items=[…], …)`` and wherever a dataframe is taken.

    Raises
    ------
    DataError
        If the file cannot be read, is in another encoding (the message names those that read it),
        its header has more or fewer rows than is said or than its platform writes, or a cell is
        merged or a formula without a value.
    MissingExtraError
        If the library that reads files of this kind is not installed.
    ParameterError
        If an argument is not what it must be, or does not fit the kind of file.

    Warns
    -----
    DataWarning
        If the encoding reads the file, but not sensibly, a column without a name holds something,
        the delimiter that is said leaves one column where another sign gives several, or all names
        are numbers, as if there were no header.

    Notes
    -----
    - ``qualtrics``: ``header_rows=3, question_row=2``; the third row has import ids.
    - ``surveymonkey``: ``header_rows=2``; an item ``Response`` is left out of the name.
    - ``google-forms``: one header row, as by default.
    - ``wenjuanxing`` (问卷星): GB 18030, the larger GBK, where the file is not UTF-8.
    - ``limesurvey``: headings of code and text (``G01Q02. How …``) become name and question.

    Merged cells are seen in ``.xlsx`` and ``.xls``, formulas without a value in ``.xlsx``: formats
    that do not tell them have empty cells there.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from custvalue.survey import read_export
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "export.csv"
    ...     _ = path.write_text('''ID,How satisfied?,,How likely?
    ... ,Speed,Price,
    ... 1,5,4,9
    ... 2,4,4,10
    ... ''')
    ...     answers = read_export(path, header_rows=2)
    >>> answers.names
    ('ID', 'How satisfied?: Speed', 'How satisfied?: Price', 'How likely?')
    >>> answers["How likely?"].tolist()
    [9, 10]
    """
    recipe = PLAIN
    if platform is not None:
        require_choice("platform", platform, get_args(Platform))
        recipe = RECIPES[platform]
    require_choice("decimal", decimal, get_args(Decimal))
    given = {
        "encoding": encoding,
        "delimiter": delimiter,
        "header_rows": header_rows,
        "question_row": question_row,
        "sheet": sheet,
    }
    layout = replace(
        recipe,
        encoding=encoding,
        delimiter=None if delimiter is None else _checked_delimiter(delimiter),
        sheet=sheet if sheet is None or isinstance(sheet, str) else _whole("sheet", sheet),
        header=_checked_header(recipe.header, header_rows, question_row),
        typing=Typing(decimal, frozenset(numbers)),
        given={name: value for name, value in given.items() if value is not None},
    )
    if numbers:
        check_items(numbers, "numbers")
    path = Path(path)
    found = read_file(path, layout)
    return Export(path.name, *found)


def _whole(name: str, value: object) -> int:
    return checked_whole(name, value, least=1)


def _checked_delimiter(delimiter: str) -> str:
    sign = DELIMITERS.get(delimiter, delimiter)
    if not isinstance(sign, str) or len(sign) != 1 or sign in '"\r\n' or not sign.isascii():
        raise ParameterError(
            f"delimiter must be one of {listed(DELIMITERS)}, or one sign, but it is {delimiter!r}."
        )
    return sign


def _checked_header(recipe: HeaderRows, rows: int | None, question: int | None) -> HeaderRows:
    asked = replace(
        recipe,
        rows=recipe.rows if rows is None else _whole("header_rows", rows),
        question=recipe.question if question is None else _whole("question_row", question),
        mark=recipe.mark if rows is None and question is None else None,
    )
    if asked.question is not None and asked.question > asked.count:
        raise ParameterError(
            f"question_row must be one of the {asked.count} header rows, counted from 1, but it is "
            f"{asked.question}."
        )
    return asked
