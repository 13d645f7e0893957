"""What every test has: generated examples without a clock that decides."""

import hypothesis

hypothesis.settings.register_profile("consentry", deadline=None)
hypothesis.settings.load_profile("consentry")
