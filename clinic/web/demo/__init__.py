"""Demo people, plainly fictional: loaded once in development, refused in production."""

from clinic.web.demo.loading import demo_data_present, is_loaded, load_demo
from clinic.web.demo.staff import PASSWORD, sign_ins

__all__ = ["PASSWORD", "demo_data_present", "is_loaded", "load_demo", "sign_ins"]
