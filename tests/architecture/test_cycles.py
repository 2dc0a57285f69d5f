"""No module needs itself, by whatever way round."""

import grimp


def test_imports_have_no_cycle() -> None:
    graph = grimp.build_graph("clinic", exclude_type_checking_imports=True, cache_dir=None)
    needs = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    while free := {module for module, needed in needs.items() if not needed}:
        needs = {module: needed - free for module, needed in needs.items() if module not in free}
    assert sorted(needs) == []
