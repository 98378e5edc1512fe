"""The sizes of text, and of the room around it, in px."""

SIZE, LEADING = 13.0, 17.0
SMALL, SMALL_LEADING = 11.0, 15.0
MARGIN = 20.0
PADDING_X, PADDING_Y = 11.0, 9.0
INDENT, HANG = 12.0, 10.0
# Between two statements of one box that are no list.
PARAGRAPH = 5.0
ROW_GAP = 30.0
