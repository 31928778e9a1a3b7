"""What plots of other libraries and styled tables are shown as, none of which need be installed."""

from IPython.core.interactiveshell import InteractiveShell

from marpweave.probe.plots import show_plots


def formatted(module, base, value):
    """How a shell of ours formats an object whose class extends one of a library."""
    shell = InteractiveShell()
    show_plots(shell)
    parent = type(base, (), {**value, "__module__": module})
    return shell.display_formatter.format(type("Own", (parent,), {})())[0]


def test_a_chart_of_altair_is_its_specification():
    shown = formatted("altair.vegalite.v6.api", "TopLevelMixin", {"to_dict": lambda self: {"mark": "bar"}, "__repr__": lambda self: "alt.Chart(...)"})
    assert shown == {"application/vnd.vegalite.v6+json": {"mark": "bar"}, "text/plain": "alt.Chart(...)"}


def test_a_styler_has_the_same_ids_each_time():
    shown = formatted("pandas.io.formats.style", "Styler", {"to_html": lambda self, table_uuid: f"<table id={table_uuid}>", "__repr__": lambda self: "Styler"})
    assert shown == {"text/html": "<table id=styled>", "text/plain": "Styler"}


def test_a_figure_of_plotly_displays_its_data(capsys):
    shell = InteractiveShell.instance()
    told = []
    shell.display_pub.publish = lambda data, metadata=None, **_: told.append(data)
    show_plots(shell)
    figure = type("BaseFigure", (), {"__module__": "plotly.basedatatypes", "to_json": lambda self: '{"data": []}'})
    shown = shell.display_formatter.format(figure())
    InteractiveShell.clear_instance()
    assert (shown, told) == (({}, {}), [{"application/vnd.plotly.v1+json": {"data": []}, "text/plain": "Figure"}])
