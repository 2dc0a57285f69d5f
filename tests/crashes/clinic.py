"""`python -m tests.crashes.clinic`: the demo clinic with its staff and hours, without its sixty people."""

from datetime import timedelta

from clinic import create_app
from clinic.kernel.clock import central_date, utc_now
from clinic.web.demo.staff import set_up_clinic

if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        set_up_clinic(central_date(utc_now()) - timedelta(days=1), utc_now())
