"""What makes the pictures is started as soon as one is missing, and never stays behind."""

PIER = {"Style": "harvesters", "Photos": "pier.jpg | A wooden pier"}


def test_a_build_prepares_its_executor_when_a_post_lacks_a_picture_and_closes_it(blog):
    blog.post("pier", "Words.", **PIER)
    assert blog.build().code == 0
    assert blog.executor_calls() == ["prepare", "run", "close"]


def test_a_build_with_nothing_missing_prepares_nothing(blog):
    blog.post("pier", "Words.", **PIER)
    blog.build()
    blog.executor_calls()
    blog.post("pier", "Other words.", **PIER)
    assert blog.build().code == 0
    assert blog.executor_calls() == []


def test_a_missing_picture_beside_a_mistake_in_another_post_makes_nothing_and_is_closed(blog):
    blog.post("pier", "Words.", **PIER)
    blog.post("nets", "Words.", Style="harvester", Photos="pier.jpg | A wooden pier")
    built = blog.build()
    assert built.code == 2
    assert "there is no style 'harvester'" in built.printed
    assert blog.executor_calls() == ["prepare", "close"]


def test_a_post_with_a_mistake_prepares_nothing(blog):
    blog.post("pier", "![Another](nothing.jpg){: stylize=harvesters }", **PIER)
    assert blog.build().code == 2
    assert blog.executor_calls() == []


def test_a_plan_prepares_nothing(blog):
    blog.post("pier", "Words.", **PIER)
    assert "harvesters" in blog.plan()
    assert blog.executor_calls() == []
