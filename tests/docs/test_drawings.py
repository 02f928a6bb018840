from docs import drawings


def test_the_committed_drawings_show_what_the_program_registers():
    assert drawings.PAGE.read_text(encoding="utf-8") == drawings.page(), "run: python -m docs.drawings"
